from crm_etapas.pipeline.stage_document import StageDocument


class OpportunityStage(StageDocument):
	pass

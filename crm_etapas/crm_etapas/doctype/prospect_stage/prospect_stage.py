from crm_etapas.pipeline.stage_document import StageDocument


class ProspectStage(StageDocument):
	pass

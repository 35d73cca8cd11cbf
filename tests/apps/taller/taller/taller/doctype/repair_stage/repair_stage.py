from crm_etapas.pipeline.stage_document import StageDocument


class RepairStage(StageDocument):
	pass

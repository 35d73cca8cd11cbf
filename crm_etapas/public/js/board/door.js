/** Moving a card: through the one door, asking for what the stage misses. */

import { ask_for } from "../stage_move.js";

/**
 * Move a record. Resolves to whether it moved: not if it was refused, which the server has explained, or if whoever was
 * asked for something thought better of it.
 */
export async function through_the_door(record, stage, given = {}) {
	const { moved, missing } = await ask_server("move", record, stage, given);
	if (!missing) return Boolean(moved);
	return new Promise((resolve) => {
		const then = (answers) => resolve(through_the_door(record, stage, answers));
		ask_for(null, missing, stage.label, given, then, { cancelled: () => resolve(false) });
	});
}

/** Take a move to a stage back. Resolves as `through_the_door`. */
export async function take_back(record, stage) {
	return Boolean((await ask_server("undo_move", record, stage)).moved);
}

function ask_server(method, record, stage, given) {
	return new Promise((resolve) => {
		frappe.call({
			method: `crm_etapas.api.stages.${method}`,
			type: "POST",
			args: { ...record, stage: stage.name, ...given },
			error_handlers: {
				StageRequirementError: ({ missing }) => resolve({ missing }),
			},
			callback: ({ message }) => resolve({ moved: message }),
			error: () => setTimeout(() => resolve({})), // after the handlers
			always: () => setTimeout(() => resolve({})),
		});
	});
}

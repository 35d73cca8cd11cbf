/** Moving a card: through the one door, asking for what the stage misses. */

import { ask_for } from "../stage_move.js";

/**
 * Move a record. Resolves to what the move has emptied, as `{ emptied }`; to null if it was refused, which the server
 * has explained, or if whoever was asked for something thought better of it.
 */
export async function through_the_door(record, stage, given = {}) {
	const { moved, missing } = await ask_server("move", record, stage, given);
	if (!missing) return moved || null;
	return new Promise((resolve) => {
		const then = (answers) => resolve(through_the_door(record, stage, answers));
		ask_for(null, missing, stage.label, given, then, { cancelled: () => resolve(null) });
	});
}

/** Take a move to a stage back, with what it emptied. Resolves as `through_the_door`. */
export async function take_back(record, stage, emptied) {
	return (await ask_server("undo_move", record, stage, { values: emptied })).moved || null;
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

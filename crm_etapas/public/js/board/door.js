/** Moving a card: through the one door, asking for what the stage misses. */

import { ask_for } from "../stage_move.js";

/**
 * Move a record. Resolves to true once it has moved, to false if it was refused, which the server has explained,
 * or if whoever was asked for something thought better of it.
 */
export async function through_the_door({ doctype, name, pipeline }, stage, given = {}) {
	const { moved, missing } = await ask_server({
		doctype,
		name,
		stage: stage.name,
		pipeline,
		...given,
	});
	if (!missing) return Boolean(moved);
	return new Promise((resolve) => {
		const then = (answers) =>
			resolve(through_the_door({ doctype, name, pipeline }, stage, answers));
		ask_for(null, missing, stage.label, given, then, { cancelled: () => resolve(false) });
	});
}

function ask_server(args) {
	return new Promise((resolve) => {
		let missing = null;
		frappe.call({
			method: "crm_etapas.api.stages.move",
			type: "POST",
			args,
			error_handlers: {
				StageRequirementError: (response) => {
					missing = response.missing;
					resolve({ missing });
				},
			},
			callback: () => resolve({ moved: true }),
			error: () => setTimeout(() => resolve({})), // after the handlers
			always: () => setTimeout(() => resolve({})),
		});
	});
}

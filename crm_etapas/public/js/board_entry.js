import { when_list_opens } from "./list_onload.js";

/** A way from the list of a DocType that has stages to its board. */
export function add_to_lists(pipelines) {
	for (const doctype of new Set(pipelines.map((pipeline) => pipeline.doctype))) {
		when_list_opens(doctype, (list) => {
			list.page.add_inner_button(__("Board", null, "of a pipeline"), () =>
				frappe.set_route("pipeline-board", frappe.router.slug(doctype))
			);
		});
	}
}

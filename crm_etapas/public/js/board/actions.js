/** What can be done with a card without opening it. */

import { make_dialog } from "../dialog.js";

const { follow_up } = crm_etapas;
const LOST = ["Lost", "Junk"];

// name: key, label, whether it is to be had, and what it does
const ACTIONS = {
	open: {
		key: "Enter",
		sign: "↵",
		label: () => __("Open the record"),
		act: (board, card) => frappe.set_route("Form", board.doctype, card.name),
	},
	log: {
		key: "L",
		label: () => __("Log Interaction"),
		offered: (board) => board.may_write && board.doctype in follow_up.RESPONSIBLE,
		act: (board, card) => follow_up.log(as_record(board, card)),
	},
	plan: {
		key: "P",
		label: (card) =>
			card.next_contact_date ? __("Reschedule the Next Contact") : __("Plan Next Contact"),
		offered: (board) => board.may_write && board.doctype in follow_up.RESPONSIBLE,
		act: (board, card) => follow_up.plan(as_record(board, card)),
	},
	move: {
		key: "M",
		label: () => __("Move to Stage"),
		offered: (board) => board.may_write,
		act: (board, card, column) => choose(board, card, column, () => true, false),
	},
	convert: {
		key: "C",
		label: () => __("Convert", null, "Lead"),
		offered: (board, card, column) =>
			board.may_write && board.doctype === "Lead" && is_open(column),
		act: (board, card) => crm_etapas.convert({ name: card.name, then: () => board.reload() }),
	},
	win: {
		key: "G",
		label: () => __("Won", null, "a record"),
		offered: (board, card, column) =>
			board.may_write && is_open(column) && board.doctype !== "Lead" && has(board, is_won),
		act: (board, card, column) => choose(board, card, column, is_won),
	},
	lose: {
		key: "X",
		label: () => __("Lost or Discarded"),
		offered: (board, card, column) =>
			board.may_write && is_open(column) && has(board, is_lost),
		act: (board, card, column) => choose(board, card, column, is_lost),
	},
};

/** Return what can be done with a card: name, key, its sign and label. */
export function offered(board, card, column) {
	return Object.entries(ACTIONS)
		.filter(([, { offered }]) => !offered || offered(board, card, column))
		.map(([name, { key, sign = key, label }]) => ({ name, key, sign, label: label(card) }));
}

/** Return the action that a key stands for, if it is to be had for the card. */
export function action_of(key, board, card, column) {
	return offered(board, card, column).find(
		(action) => action.key.toLowerCase() === key.toLowerCase()
	);
}

export function act(name, store, card, column) {
	return ACTIONS[name].act(
		{ ...store.board, move: store.move, reload: store.reload },
		card,
		column
	);
}

function as_record({ doctype, responsible_field, reload }, card) {
	const { name, title, email } = card;
	const doc = { ...card, [responsible_field]: card.responsible };
	return { doctype, name, title, doc, email, done: reload };
}

/** Ask which of the stages the card goes to; where it is direct, the only one is not asked for. */
function choose(board, card, column, wanted, is_direct = true) {
	const choices = board.columns.filter(
		(stage) =>
			stage.name !== column.name &&
			!stage.disabled &&
			wanted(stage) &&
			allowed(column, stage)
	);
	if (choices.length === 1 && is_direct) {
		board.move(card, column, choices[0]);
		return;
	}
	const dialog = make_dialog({
		title: `${frappe.utils.escape_html(card.title)}: ${__("Move to Stage")}`,
		fields: [
			{
				fieldname: "stage",
				fieldtype: "Select",
				label: __("Stage"),
				reqd: 1,
				options: choices.map(({ name, label }) => ({ value: name, label })),
				onchange: () => {
					const stage = choices.find(({ name }) => name === dialog.get_value("stage"));
					dialog
						.get_field("stage")
						.set_description(frappe.utils.escape_html(stage?.meaning || ""));
				},
			},
			{ fieldname: "comment", fieldtype: "Small Text", label: __("Comment") },
		],
		primary_action_label: __("Move", null, "to a stage"),
		primary_action({ stage, comment }) {
			dialog.hide();
			board.move(
				card,
				column,
				choices.find(({ name }) => name === stage),
				comment ? { comment } : {}
			);
		},
	});
	dialog.show();
}

export function allowed(from, to) {
	return !from.allowed_next.length || from.allowed_next.includes(to.name);
}

const is_open = ({ outcome }) => outcome === "Open" || outcome === "On Hold";
const is_won = (stage) => stage.outcome === "Won";
const is_lost = (stage) => LOST.includes(stage.outcome);
const has = (board, wanted) => board.columns.some((stage) => wanted(stage) && !stage.disabled);

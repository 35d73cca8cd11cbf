/** Dragging cards from column to column. SortableJS moves the element, Vue draws what the store says. */

import Sortable from "sortablejs";
import { allowed } from "./actions.js";

/** A directive for the list of a column, with `{ column, lane }`. */
export function cards_to_move(store) {
	return {
		mounted(element, { value }) {
			element.of = value;
			element.sortable = Sortable.create(element, {
				group: "cards",
				draggable: ".board-card",
				filter: ".board-card-menu",
				preventOnFilter: false,
				sort: false,
				animation: 120,
				forceFallback: true, // looks the same in every browser, and works by touch
				fallbackOnBody: true,
				fallbackTolerance: 4,
				delay: 200,
				delayOnTouchOnly: true,
				scrollSensitivity: 80,
				disabled: !store.board.may_write,
				onStart: () => {
					store.hold();
					store.was_dragged = true;
					mark_targets(element.of.column);
				},
				onEnd: (event) => end(event),
			});
		},
		updated(element, { value }) {
			element.of = value;
			element.sortable.option("disabled", !store.board?.may_write);
		},
		beforeUnmount(element) {
			element.sortable.destroy();
		},
	};

	function end({ from, to, item, oldIndex }) {
		mark_targets(null);
		const { column } = from.of;
		const target = to.of.column;
		const card = column.cards.find(({ name }) => name === item.dataset.name);
		from.insertBefore(item, from.children[oldIndex] || null); // where Vue knows it to be
		if (card && target !== column) store.move(card, column, target);
		store.release();
	}

	/** Say, while a card is dragged, where it may not go. */
	function mark_targets(from) {
		const lists = document.querySelectorAll(".board-cards");
		for (const list of lists) {
			const { column } = list.of;
			const refused = from && column !== from && (column.disabled || !allowed(from, column));
			list.classList.toggle("is-refused", Boolean(refused));
		}
	}
}

/** What the board knows, and how it changes: loading, paging, moving. */

import { reactive } from "vue";
import { show_undo } from "../stage_move.js";
import { take_back, through_the_door } from "./door.js";
import { said } from "./words.js";

const METHODS = "crm_etapas.api.board";
const A_PAGE = 20;

/**
 * @param {Function} wishes what the user wants to see, as arguments of `get_board`.
 */
export function make_store(wishes) {
	const store = reactive({
		board: null,
		state: "loading", // or ready, failed, forbidden
		lanes: "",
		folded: {}, // by stage, where the user has chosen
		announcement: "",
		busy: 0, // something is being dragged or moved: nothing is read meanwhile
		is_filtered: false,
		was_dragged: false, // whether what ends is a drag and no click
	});
	let asked = 0;
	let is_stale = false;

	Object.assign(store, { load, reload, more, move, fold, is_folded, say, hold, release });
	return store;

	/** Read everything anew, from the first page on. */
	async function load() {
		store.board = null;
		store.state = frappe.model.can_read(wishes().doctype) ? "loading" : "forbidden";
		if (store.state === "loading") await read(null);
	}

	/** Read again what is shown, which stays on the screen until the server has answered. */
	async function reload() {
		if (!store.board) return load();
		if (store.busy) {
			is_stale = true;
			return;
		}
		return read(lengths_of(store.board));
	}

	async function read(lengths) {
		const number = ++asked;
		try {
			const board = await ask("get_board", { ...wishes(), lengths });
			if (number !== asked) return; // something else has been asked for meanwhile
			if (store.busy) {
				is_stale = true; // what it says is from before the move that is under way
				if (store.board) return;
			}
			know(board);
			Object.assign(frappe.boot.user_info, board.users);
			store.board = board;
			store.state = "ready";
			store.say(said.loaded(board.columns.reduce((sum, { count }) => sum + count, 0)));
		} catch {
			if (number === asked && !store.board) store.state = "failed";
		}
	}

	/** Columns that the user has opened are read with the others. */
	function lengths_of(board) {
		const shown = board.columns.filter((column) => !is_folded(column));
		return Object.fromEntries(
			shown.map(({ name, cards }) => [name, Math.max(cards.length, A_PAGE)])
		);
	}

	/** An open column whose cards the server did not know to be wanted gets them now. */
	function know(board) {
		for (const column of board.columns) {
			if (!is_folded(column) && column.count && !column.cards.length) column.has_more = true;
		}
	}

	async function more(column) {
		if (column.is_loading) return;
		column.is_loading = true;
		column.has_failed = false;
		try {
			const { columns } = store.board;
			const answer = await ask("get_cards", {
				...wishes(),
				stage: column.name,
				start: column.cards.length,
				limit: A_PAGE,
			});
			if (store.board?.columns !== columns) return;
			Object.assign(frappe.boot.user_info, answer.users);
			const known = new Set(column.cards.map(({ name }) => name));
			column.cards.push(...answer.cards.filter(({ name }) => !known.has(name)));
			column.has_more = answer.has_more;
		} catch {
			column.has_more = false;
			column.has_failed = true;
		} finally {
			column.is_loading = false;
		}
	}

	/**
	 * Show a card in its new column at once, and put it back if it may not go there.
	 * `given` is a comment and values of what the stage misses.
	 */
	function move(card, from, to, given = {}) {
		if (from.name === to.name) return false;
		const act = () => through_the_door(record_of(card), to, given);
		return carry(card, from, to, act, () => offer_undo(card, from, to));
	}

	function undo(card, now, before) {
		const act = () => take_back(record_of(card), now);
		const message = frappe.utils.escape_html(said.moved(card, before));
		return carry(card, now, before, act, () =>
			frappe.show_alert({ message, indicator: "blue" })
		);
	}

	function record_of({ name }) {
		const { doctype, pipeline } = store.board;
		return { doctype, name, pipeline };
	}

	async function carry(card, from, to, act, then) {
		hold();
		const index = from.cards.findIndex(({ name }) => name === card.name);
		place(card, from, to, 0);
		const moved = await act();
		if (moved) {
			store.say(said.moved(card, to));
			then();
			is_stale = true;
		} else {
			place(card, to, from, index);
			store.say(said.returned(card, from));
		}
		release();
		return moved;
	}

	function place(card, from, to, index) {
		from.cards = from.cards.filter(({ name }) => name !== card.name);
		if (!is_folded(to)) to.cards.splice(Math.max(index, 0), 0, card);
		from.count -= 1;
		to.count += 1;
	}

	function offer_undo(card, from, to) {
		show_undo(frappe.utils.escape_html(said.moved(card, to)), () => {
			const { columns } = store.board;
			const [now, before] = [to, from].map((one) =>
				columns.find(({ name }) => name === one.name)
			);
			if (now && before) undo(card, now, before);
		});
	}

	function is_folded(column) {
		return store.folded[column.name] ?? column.is_folded;
	}

	function fold(column) {
		store.folded = { ...store.folded, [column.name]: !is_folded(column) };
		if (!is_folded(column) && !column.cards.length && column.count) more(column);
	}

	function hold() {
		store.busy += 1;
	}

	function release() {
		store.busy -= 1;
		if (!store.busy && is_stale) {
			is_stale = false;
			reload();
		}
	}

	function say(text) {
		store.announcement = text;
	}
}

async function ask(method, args) {
	const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null));
	return new Promise((resolve, reject) => {
		frappe.call({
			method: `${METHODS}.${method}`,
			type: "GET",
			args: given,
			silent: true, // the board itself says what went wrong
			callback: ({ message }) => resolve(message),
			error: reject,
		});
	});
}

/** Zones and sectors to choose from: the tree of territories, in which choosing one chooses what is below it. */

export class Places {
	async zones() {
		return this.options(await this.all(), ({ territory_kind }) => territory_kind !== "Sector");
	}

	/** Sectors, and what they lie in; only within the zones that are chosen, if there are any. */
	async sectors(zones) {
		const all = await this.all();
		const around = all.filter(({ name }) => zones.includes(name));
		const within = (place) =>
			!around.length || around.some((zone) => zone.lft < place.lft && place.rgt < zone.rgt);
		return this.options(all, within);
	}

	/** The values with the places below those that were just chosen, without those below what was just left. */
	async with_children(values, before) {
		const all = await this.all();
		const below = (names) => {
			const parents = all.filter(({ name }) => names.includes(name));
			return all
				.filter((place) => parents.some((p) => p.lft < place.lft && place.rgt < p.rgt))
				.map(({ name }) => name);
		};
		const come = values.filter((value) => !before.includes(value));
		const gone = below(before.filter((value) => !values.includes(value)));
		const kept = values.filter((value) => !gone.includes(value));
		return [...new Set([...kept, ...below(come)])];
	}

	all() {
		this.promise ||= frappe.db.get_list("Territory", {
			fields: ["name", "territory_kind", "lft", "rgt"],
			order_by: "lft asc",
			limit: 0,
		});
		return this.promise;
	}

	options(all, wanted) {
		const open = []; // where the territories end that the current one lies in
		return all
			.map((place) => {
				while (open.length && open[open.length - 1] < place.lft) open.pop();
				const depth = open.length;
				open.push(place.rgt);
				return { ...place, depth };
			})
			.filter(wanted)
			.map(({ name, territory_kind, depth }) => ({
				value: name,
				label: `${"\u2003".repeat(Math.max(depth - 1, 0))}${frappe.utils.escape_html(
					__(name)
				)}`,
				description: territory_kind ? __(territory_kind, null, "Territory") : "",
			}));
	}
}

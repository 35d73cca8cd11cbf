/** Zones and sectors to choose from, and the point on an address's map. */

const DEGREES = 6; // decimal places of a coordinate

/** Offer territories of the right kind only, each below the one chosen above it. */
export function limit_places(frm) {
	const below = (above, kind) => () => {
		const filters = { territory_kind: kind };
		if (above && frm.doc[above]) filters.name = ["descendants of", frm.doc[above]];
		return { filters };
	};
	if (frm.fields_dict.region) frm.set_query("region", below(null, "Region"));
	frm.set_query("zone", below(frm.fields_dict.region && "region", "Zone"));
	frm.set_query("sector", below("zone", "Sector"));
}

/** Take away what cannot lie in the place that was chosen now; saving fills what lies above. */
export const on_change_of_places = {
	region: (frm) => frm.doc.zone && frm.set_value("zone", ""),
	zone: (frm) => frm.doc.sector && frm.set_value("sector", ""),
};

/** Write the point that was marked on the map into latitude and longitude. */
export function point_chosen(frm) {
	const points = JSON.parse(frm.doc.location || '{"features": []}').features.filter(
		({ geometry }) => geometry.type === "Point"
	);
	const [longitude, latitude] = points.length ? points.at(-1).geometry.coordinates : [0, 0];
	frm.set_value({
		latitude: flt(latitude, DEGREES),
		longitude: flt(on_earth(longitude), DEGREES),
	});
}

/** The map goes round the earth more than once. */
function on_earth(longitude) {
	return longitude >= -180 && longitude <= 180 ? longitude : L.latLng(0, longitude).wrap().lng;
}

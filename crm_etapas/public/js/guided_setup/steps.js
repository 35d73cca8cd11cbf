/** The steps of the guided set-up, in their order: what each one is called, says and is drawn by. */

import { ListStep } from "./list_step.js";
import { PeopleStep } from "./people_step.js";
import { RhythmStep } from "./rhythm_step.js";
import { SampleStep } from "./sample_step.js";

const NOTHING_LOST = () =>
	__(
		"Renaming a record renames it wherever it is used. Switched off, nothing new gets it; what has it keeps it."
	);

export const STEPS = [
	{
		name: "prospects",
		label: () => __("Prospect Stages"),
		intro: () =>
			`${__(
				"The way of a prospect from entering to becoming an opportunity, in this order. What a stage asks for, means and is entered by stands on the stage itself."
			)} ${NOTHING_LOST()}`,
		key: "Prospect Stage",
		make: (setup) => new ListStep(setup, "Prospect Stage"),
	},
	{
		name: "opportunities",
		label: () => __("Opportunity Stages"),
		intro: () =>
			`${__(
				"The way of an opportunity from the first quotation to won or lost, in this order."
			)} ${NOTHING_LOST()}`,
		key: "Opportunity Stage",
		make: (setup) => new ListStep(setup, "Opportunity Stage"),
	},
	{
		name: "channels",
		label: () => __("Channels"),
		intro: () =>
			`${__(
				"How prospects come to you. Each channel also is a source in ERPNext; the default one is given where nobody chooses."
			)} ${NOTHING_LOST()}`,
		key: "Sales Channel",
		make: (setup) => new ListStep(setup, "Sales Channel"),
	},
	{
		name: "segments",
		label: () => __("Segments"),
		intro: () =>
			`${__(
				"What business a prospect is in. The colour stands for the segment in every chart; each segment also is a market segment in ERPNext."
			)} ${NOTHING_LOST()}`,
		key: "Business Segment",
		make: (setup) => new ListStep(setup, "Business Segment"),
	},
	{
		name: "levels",
		label: () => __("Potential Levels"),
		intro: () =>
			`${__(
				"How much a prospect, or a customer, may come to buy. Each of the two has its own default."
			)} ${NOTHING_LOST()}`,
		key: "Potential Level",
		make: (setup) => new ListStep(setup, "Potential Level"),
	},
	{
		name: "people",
		label: () => __("People"),
		intro: () =>
			__(
				"Who sells. Each gets the role Sales User and a profile, by which prospects can be assigned by skill. Taken out, the profile is switched off and the role stays."
			),
		key: "people",
		make: (setup) => new PeopleStep(setup),
	},
	{
		name: "rhythm",
		label: () => __("Hours and Follow-up"),
		intro: () =>
			__(
				"When the company works, how often a client who does not answer is tried in a stage, and after how many working days without activity a record counts as neglected. 0 days: never."
			),
		key: "rhythm",
		make: (setup) => new RhythmStep(setup),
	},
	{
		name: "sample",
		label: () => __("Sample Data"),
		intro: () =>
			__(
				"Invented prospects, opportunities, customers and salespeople, to try everything out. They can be cleared at any time; your own records are never touched."
			),
		key: "sample",
		make: (setup) => new SampleStep(setup),
	},
];

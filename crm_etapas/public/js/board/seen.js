/** A directive that calls a function when its element comes into sight. */
export const when_seen = {
	mounted(element, { value }) {
		element.call = value;
		element.observer = new IntersectionObserver((entries) => {
			if (entries.some(({ isIntersecting }) => isIntersecting)) element.call();
		});
		element.observer.observe(element);
	},
	updated(element, { value }) {
		element.call = value;
		// what has been added may not have moved it out of sight
		element.observer.unobserve(element);
		element.observer.observe(element);
	},
	beforeUnmount(element) {
		element.observer.disconnect();
	},
};

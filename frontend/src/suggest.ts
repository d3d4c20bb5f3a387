// Suggestions under a search field, while one types.
export {};

// The module of the page runs before this one, but its program writes later.
const log = console.log;
console.log = text => { log(text); report(text); };
const error = console.error;
console.error = text => { error(text); report(`error: ${text}`); };
window.onerror = text => report(`error: ${text}`);

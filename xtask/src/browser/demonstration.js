const at = id => document.getElementById(id);
const status = () => at("status").textContent;
const label = () => at("button").textContent;
const until = async condition => {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 1));
};
const lines = [];
const clocks = new Set();
new MutationObserver(() => clocks.add(at("clock").textContent))
  .observe(at("clock"), { childList: true });

await until(() => status() !== "Loading");
lines.push(`at first: ${status()}, the button says ${label()}`);

at("button").click();
await until(() => label() !== "Start");
lines.push(`one click: the button says ${label()}`);
await until(() => label() === "Start");
const full = () => at("bar").value === 1 ? "full" : "not full";
lines.push(`at the end: ${status()}, the bar is ${full()}`);

at("button").click();
await until(() => at("bar").value < 1 && label() === "Cancel");
at("button").click();
await until(() => label() === "Start");
lines.push(`two clicks: ${status()}, the bar is ${full()}`);

await until(() => clocks.size > 2);
lines.push("the clock went on");
report(lines.join("\n"));

/**
 * Draws docs/flow-control.svg: the memory of one program over time, with a gate and without.
 *
 *     deno task plot
 */

interface Look {
  readonly ms: number;
  readonly mb: number;
}

/** Lines of a run: the name that is written beside it, and its colour. */
interface Series {
  readonly name: string;
  readonly colour: string;
  readonly looks: readonly Look[];
}

const WIDTH = 720;
const HEIGHT = 320;
const LEFT = 60;
const BOTTOM = 44;
const TOP = 28;
const RIGHT = 150;

async function looksOf(variant: "with" | "without"): Promise<Look[]> {
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "--no-prompt", "--allow-read=.", "_tools/plot_run.ts", variant],
  }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) => {
    const [ms, bytes] = line.split(" ").map(Number);
    return { ms, mb: bytes / 1e6 };
  });
}

/** A step for a scale, so that there are about five. */
function stepFor(most: number): number {
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((n) => n * power).find((step) => step >= rough)!;
}

function draw(series: readonly Series[]): string {
  const all = series.flatMap(({ looks }) => looks);
  const mostMs = Math.max(...all.map(({ ms }) => ms));
  const mostMb = Math.max(...all.map(({ mb }) => mb)) * 1.05;
  const x = (ms: number): number => LEFT + ms / mostMs * (WIDTH - LEFT - RIGHT);
  const y = (mb: number): number => HEIGHT - BOTTOM - mb / mostMb * (HEIGHT - BOTTOM - TOP);
  const lines: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>Memory of the process over time, with a gate and without</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
  ];
  for (let mb = 0; mb <= mostMb; mb += stepFor(mostMb)) {
    lines.push(
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(mb).toFixed(1)}" y2="${
        y(mb).toFixed(1)
      }" stroke="#e5e7eb"/>`,
      `<text x="${LEFT - 8}" y="${
        (y(mb) + 4).toFixed(1)
      }" text-anchor="end" fill="#475569">${mb}</text>`,
    );
  }
  for (let ms = 0; ms <= mostMs; ms += stepFor(mostMs)) {
    const label = (ms / 1000).toFixed(1);
    lines.push(
      `<text x="${x(ms).toFixed(1)}" y="${
        HEIGHT - BOTTOM + 18
      }" text-anchor="middle" fill="#475569">${label}</text>`,
    );
  }
  lines.push(
    `<text x="${LEFT}" y="16" fill="#475569">MB (resident)</text>`,
    `<text x="${WIDTH - RIGHT}" y="${HEIGHT - 8}" text-anchor="end" fill="#475569">seconds</text>`,
  );
  for (const { name, colour, looks } of series) {
    const points = looks.map(({ ms, mb }) => `${x(ms).toFixed(1)},${y(mb).toFixed(1)}`).join(" ");
    const { ms, mb } = looks[looks.length - 1];
    lines.push(
      `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      `<text x="${(x(ms) + 6).toFixed(1)}" y="${
        (y(mb) + 4).toFixed(1)
      }" fill="${colour}">${name}</text>`,
    );
  }
  return [...lines, "</svg>", ""].join("\n");
}

if (import.meta.main) {
  const series: Series[] = [
    { name: "without a gate", colour: "#b91c1c", looks: await looksOf("without") },
    { name: "with a gate", colour: "#1d4ed8", looks: await looksOf("with") },
  ];
  await Deno.writeTextFile("docs/flow-control.svg", draw(series));
  for (const { name, looks } of series) {
    const most = Math.max(...looks.map(({ mb }) => mb));
    const { ms } = looks[looks.length - 1];
    console.log(`${name}: ${most.toFixed(0)} MB at most, ${(ms / 1000).toFixed(2)} s`);
  }
}

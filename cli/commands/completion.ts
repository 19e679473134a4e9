/**
 * `meander completion`: scripts that let shells ask us what may come next.
 *
 * @module
 */
import type { Context } from "../context.ts";
import { UsageError } from "../exit.ts";

const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `_meander() {
  mapfile -t COMPREPLY < <(meander __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _meander meander
`,
  zsh: `#compdef meander
_meander() {
  local -a found
  found=("\${(@f)$(meander __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then compadd -- "\${found[@]}"; else _files; fi
}
compdef _meander meander
`,
  fish:
    `complete -c meander -a '(meander __complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
`,
};

/** Writes the script of one shell. */
export function completionCommand(this: Context, _flags: object, shell: string): void {
  if (!Object.hasOwn(SCRIPTS, shell)) {
    throw new UsageError(`Cannot complete in ${shell}: there is bash, zsh and fish`);
  }
  this.process.stdout.write(SCRIPTS[shell]);
}

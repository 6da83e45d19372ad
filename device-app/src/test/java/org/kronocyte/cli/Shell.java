package org.kronocyte.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/**
 * What a command of the program said and how it ended; run inside this process.
 *
 * @param exit its exit code
 * @param out standard output
 * @param err standard error
 */
public record Shell(int exit, String out, String err) {
  /** The packs of the repository, seen from the module's folder where tests run. */
  public static final Path MODELS = Path.of("../models-quantized/packs");

  /** Runs a command line as it was typed. */
  public static Shell run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Kronocyte.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    int exit = line.execute(arguments);
    return new Shell(exit, out.toString(), err.toString());
  }

  /** Runs a command with the repository's models. */
  public static Shell withModels(String command, Object... arguments) {
    List<String> all = new ArrayList<>(List.of(command, "--models", MODELS.toString()));
    for (Object argument : arguments) {
      all.add(argument.toString());
    }
    return run(all.toArray(String[]::new));
  }
}

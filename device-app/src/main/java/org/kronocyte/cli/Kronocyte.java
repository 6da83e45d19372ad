package org.kronocyte.cli;

import java.io.PrintWriter;
import org.kronocyte.problem.ProblemException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program's entry point and the home of its sub-commands. */
@Command(
    name = "kronocyte",
    description = "Reads white cells under a microscope. A screening aid, never a diagnosis.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      SlideCommand.class,
      AnalyzeCommand.class,
      ClassifyCommand.class,
      CalibrateCommand.class,
      SiteCommand.class,
      EvaluateCommand.class,
      ReliabilityCommand.class,
      BenchCommand.class,
      DoctorCommand.class,
      ModelCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all good",
      "1:nothing could be done; the reason is on standard error",
      "2:some inputs failed; the rest were read",
      "3:a site calibration was refused; the reason is on standard error",
      "64:the command line is wrong",
      "70:run: a stage was stuck, or failed in a way nobody foresaw; start it again",
      "75:run: the data folder can't be used now; start it again"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  kronocyte demo                                  a slide read before your eyes, no hardware needed",
      "  kronocyte analyze --out results fields/         cells and differential of stored fields",
      "  kronocyte run --config /etc/kronocyte/kronocyte.yaml   the daemon on a microscope"
    })
public final class Kronocyte implements Runnable {
  @Spec private CommandSpec spec;

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    if (arguments.length > 0
        && arguments[0].equals("run")
        && System.getProperty("kronocyte.log") == null) {
      // Before the first logger is made: a daemon's journal tells more than a command's standard
      // error.
      System.setProperty("kronocyte.log", "INFO");
    }
    System.exit(commandLine().execute(arguments));
  }

  /** The parser with its error handling; a test can give it other writers. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Kronocyte());
    // '@FILE' is a list of paths, one a line; picocli would split it at blanks.
    line.setExpandAtFiles(false);
    line.setParameterExceptionHandler(Kronocyte::usageError);
    line.setExecutionExceptionHandler(Kronocyte::failure);
    return line;
  }

  private static int usageError(CommandLine.ParameterException e, String[] arguments) {
    PrintWriter err = e.getCommandLine().getErr();
    err.println(e.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
    err.println("See '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE;
  }

  private static int failure(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
    if (e instanceof ProblemException) {
      line.getErr().println("kronocyte: " + e.getMessage());
    } else {
      line.getErr()
          .println("kronocyte: unexpected " + e + "; please report this with the lines below");
      e.printStackTrace(line.getErr());
    }
    return ExitCode.FAILED;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is needed");
  }
}

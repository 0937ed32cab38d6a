package io.github.pelab.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/** The command as a user meets it: arguments in, standard output, standard error, exit code. */
record Pe(int exitCode, String out, String err) {
  static Pe run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(new Interruption());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    List<String> words = Arrays.stream(arguments).map(Object::toString).toList();
    int exitCode = Main.execute(line, words.toArray(new String[0]));
    return new Pe(exitCode, out.toString(), err.toString());
  }
}

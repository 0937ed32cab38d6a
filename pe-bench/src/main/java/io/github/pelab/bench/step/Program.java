package io.github.pelab.bench.step;

import java.util.List;
import java.util.function.Consumer;

/** How the commands of this package start and fail. */
final class Program {
  private static final String QUICK = "--quick";
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private Program() {}

  /**
   * Says what it runs on, and runs; a failure is one message and an exit code.
   *
   * @param arguments {@code --quick} or nothing
   * @param program is told whether it is to be quick
   */
  static void run(String[] arguments, Consumer<Boolean> program) {
    List<String> said = List.of(arguments);
    boolean quick = said.equals(List.of(QUICK));
    if (!quick && !said.isEmpty()) {
      System.err.printf("pe-bench: found %s; say %s or nothing%n", said, QUICK);
      System.exit(MISUSED);
    }
    try {
      System.out.printf("%s%n%n", Machine.describe());
      program.accept(quick);
    } catch (IllegalStateException e) {
      System.err.println("pe-bench: " + e.getMessage());
      System.exit(FAILED);
    }
  }
}

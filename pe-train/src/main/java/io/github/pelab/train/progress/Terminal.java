package io.github.pelab.train.progress;

import java.io.Console;

/** Whether someone is watching. */
final class Terminal {
  private Terminal() {}

  /**
   * Whether input and output are a terminal that can redraw a line. Up to JDK 21 there is a console
   * only then; from JDK 22 there may always be one, and {@code Console.isTerminal}, which does not
   * exist before, tells.
   */
  static boolean present() {
    return drawable(System.getenv("TERM")) && interactive(System.console());
  }

  /** Whether a terminal of this kind can redraw a line. Windows names no kind. */
  static boolean drawable(String kind) {
    return !"dumb".equals(kind);
  }

  private static boolean interactive(Console console) {
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}

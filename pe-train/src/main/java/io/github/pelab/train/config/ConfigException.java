package io.github.pelab.train.config;

/**
 * A config that cannot be used. The message is one line that can be shown to a user as it is: file,
 * line where known, field, what was found and what to do.
 */
public final class ConfigException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private static final int LONGEST_QUOTE = 60;

  ConfigException(String message, Throwable cause) {
    // Neither a line's end nor what else moves a terminal's cursor or its letters.
    super(message.replaceAll("[\\p{C}\\p{Z}]+", " "), cause);
  }

  /** Text from a file, as it may stand in a message: in quotes and short. */
  static String quoted(String text) {
    return text.length() <= LONGEST_QUOTE
        ? "'" + text + "'"
        : "'" + text.substring(0, LONGEST_QUOTE) + "…'";
  }
}

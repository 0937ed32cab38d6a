package io.github.pelab.tasks;

/** The values that an option may have, ends included. */
public record Range(int least, int most) {
  /** As {@link #check(String, int, String)}, without a reason. */
  public void check(String option, int value) {
    check(option, value, "");
  }

  /**
   * Refuses a value outside.
   *
   * @param reason ends the message
   * @throws IllegalArgumentException that names the option, if {@code value} is outside
   */
  public void check(String option, int value, String reason) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s: found %d; give a value from %d to %d%s"
              .formatted(option, value, least, most, reason));
    }
  }
}

package io.github.pelab.train.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** What may have been meant by a name that does not exist. */
final class Nearest {
  private Nearest() {}

  /** {@code did you mean 'heads'?} when one of {@code valid} is near, else all of them. */
  static String to(String given, Collection<String> valid) {
    // Each third letter may be wrong: near enough to recognise a name, too far to guess one.
    int near = Math.max(1, given.length() / 3);
    return valid.stream()
        .filter(name -> Math.abs(name.length() - given.length()) <= near)
        .filter(name -> distance(given, name) <= near)
        .min(Comparator.comparingInt(name -> distance(given, name)))
        .map(name -> "did you mean '" + name + "'?")
        .orElseGet(() -> "valid here: " + String.join(", ", valid));
  }

  /** Levenshtein's distance, deaf to case. */
  private static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[b.length()];
  }
}

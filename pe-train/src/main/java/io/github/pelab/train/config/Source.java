package io.github.pelab.train.config;

import java.util.Map;

/**
 * Where a tree came from, for messages.
 *
 * @param name of the file
 * @param lines the line that each path stands on, from 1; empty when unknown
 */
record Source(String name, Map<String, Integer> lines) {
  private static final int LONGEST_PATH = 120;

  /** The path of {@code key} inside {@code path}, which is empty for the root. */
  static String path(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** The problem with what stands at {@code path}. A key may be any text, so the path is cut. */
  static String message(String path, String problem) {
    if (path.isEmpty()) {
      return problem;
    }
    return (path.length() <= LONGEST_PATH ? path : path.substring(0, LONGEST_PATH) + "…")
        + ": "
        + problem;
  }

  ConfigException error(String problem) {
    return new ConfigException(name + ": " + problem, null);
  }

  ConfigException error(int line, String problem, Throwable cause) {
    return new ConfigException(name + ":" + line + ": " + problem, cause);
  }

  /** A problem with what stands at {@code path}, or with the nearest thing around it. */
  ConfigException error(String path, String problem, Throwable cause) {
    Integer line = null;
    for (String at = path; line == null && !at.isEmpty(); ) {
      line = lines.get(at);
      at = at.substring(0, Math.max(0, at.lastIndexOf('.')));
    }
    String message = message(path, problem);
    return line == null
        ? new ConfigException(name + ": " + message, cause)
        : error(line, message, cause);
  }
}

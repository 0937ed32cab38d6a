package io.github.pelab.cli.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page's frame, and what else of it lies on the class path beside this class. */
final class Template {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");

  private Template() {}

  /** The resource with a value in the place of each <code>{{name}}</code>. */
  static String fill(String name, Map<String, String> values) {
    // One pass, so that a placeholder inside a value stays what it is.
    return PLACEHOLDER
        .matcher(resource(name))
        .replaceAll(found -> Matcher.quoteReplacement(values.get(found.group(1))));
  }

  /** Its text. */
  static String resource(String name) {
    try (InputStream in = Template.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("The class path lacks " + name);
      }
      // Browsers hash an inline script with its line ends normalised.
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new IllegalStateException(name + " on the class path cannot be read", e);
    }
  }
}

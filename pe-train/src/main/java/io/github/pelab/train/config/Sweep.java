package io.github.pelab.train.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The runs that one config file asks for: one for each combination of its lists' values, the first
 * list turning slowest; a single one where it holds no list. All are valid.
 *
 * @param name the config's name
 */
public record Sweep(String name, List<Member> members) {

  private static final String SEED = "training.seed";

  public Sweep {
    members = List.copyOf(members);
  }

  /**
   * This sweep with a single one of its members.
   *
   * @throws ConfigException when it has none of that label
   */
  public Sweep only(String label) {
    List<Member> found = members.stream().filter(each -> each.label().equals(label)).toList();
    if (found.isEmpty()) {
      List<String> labels = members.stream().map(Member::label).toList();
      throw new ConfigException(name + ": " + Binder.unknown("member", label, labels), null);
    }
    return new Sweep(name, found);
  }

  /**
   * What members that differ in their seed alone are called: the values of all axes but the seed; a
   * text stands for itself, a number or truth value behind its field's name.
   *
   * @param axes of a member
   * @param effective its config
   * @param name the config's, for a member that has no other axis
   */
  public static String configuration(Map<String, String> axes, JsonNode effective, String name) {
    String values =
        axes.entrySet().stream()
            .filter(axis -> !axis.getKey().equals(SEED))
            .map(axis -> value(effective, axis.getKey(), axis.getValue()))
            .collect(Collectors.joining(", "));
    return values.isBlank() ? name : values;
  }

  private static String value(JsonNode config, String path, String value) {
    JsonNode found = config.at("/" + path.replace('.', '/'));
    return found.isNumber() || found.isBoolean()
        ? path.substring(path.lastIndexOf('.') + 1) + " " + value
        : value;
  }

  /**
   * One run of a sweep.
   *
   * @param label the axes' values, safe as a file name, unique in its sweep, for instance {@code
   *     rope-seed2}; the config's name where there are no axes
   * @param axes each swept field's path and this member's value, in the config's order
   * @param config what is run
   * @param effective {@code config} as JSON, every default filled in
   * @param hash SHA-256 of the canonical JSON of {@code effective}, in hexadecimal
   */
  public record Member(
      String label,
      Map<String, String> axes,
      ExperimentConfig config,
      JsonNode effective,
      String hash) {

    private static final int DIGITS = 8;

    public Member {
      axes = Collections.unmodifiableMap(new LinkedHashMap<>(axes));
    }

    /** The name of this run's directory: what it is, and enough of its hash to tell versions. */
    public String directory() {
      return directory(label, hash);
    }

    /** The name of the directory of a run with that label and hash. */
    public static String directory(String label, String hash) {
      return label + "-" + hash.substring(0, DIGITS);
    }
  }
}

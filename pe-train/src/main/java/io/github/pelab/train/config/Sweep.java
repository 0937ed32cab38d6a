package io.github.pelab.train.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The runs that one config file asks for: one for each combination of its lists' values, the first
 * list turning slowest; a single one where it holds no list. All are valid.
 *
 * @param name the config's name
 */
public record Sweep(String name, List<Member> members) {

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
      return label + "-" + hash.substring(0, DIGITS);
    }
  }
}

package io.github.pelab.claims;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.pelab.train.config.ConfigReader;
import io.github.pelab.train.run.StrictJson;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What somebody says, and what would show that it is so.
 *
 * @param schemaVersion of this format, 1
 * @param id also the name of its file
 * @param group the number of its {@link Group}
 * @param sentence what is claimed
 * @param source where it is made
 * @param protocol whether the runs do what the sentence means, or what the released code does
 * @param scope for which sizes and tasks the verdict is
 * @param suites the configs of its runs, as paths from the claim's file
 * @param tuning configs of the grids that chose the suites' learning rates, likewise; empty where
 *     rates are part of what is claimed
 * @param fullScale the config of the same at full scale, likewise; null if there is none
 * @param statements what its runs confirm or refute
 * @param rule how one verdict is made of theirs
 * @param shown metrics that rows keep beside those of statements, for readers; may be left out
 */
public record Claim(
    Integer schemaVersion,
    String id,
    Integer group,
    String sentence,
    String source,
    Protocol protocol,
    String scope,
    List<String> suites,
    List<String> tuning,
    String fullScale,
    List<Statement> statements,
    Rule rule,
    List<String> shown) {

  /** The one version of the format that this code reads. */
  public static final int SCHEMA_VERSION = 1;

  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

  /** What runs do. */
  public enum Protocol {
    CLEAN,
    AS_RELEASED
  }

  /** How statements make a claim. */
  public enum Rule {
    /** Confirmed if every statement is, refuted if any is. */
    ALL,
    /** Confirmed if any statement is, refuted if every one is. */
    ANY;

    /** Of one statement at least. */
    public Verdict of(List<Verdict> statements) {
      Verdict one = this == ALL ? Verdict.REFUTED : Verdict.CONFIRMED;
      Verdict each = this == ALL ? Verdict.CONFIRMED : Verdict.REFUTED;
      if (statements.contains(one)) {
        return one;
      }
      return statements.stream().allMatch(each::equals) ? each : Verdict.UNDECIDED;
    }
  }

  public Claim {
    require("schemaVersion", schemaVersion);
    check(schemaVersion == SCHEMA_VERSION, "schemaVersion", schemaVersion, "this program reads 1");
    require("id", id);
    check(ID.matcher(id).matches(), "id", id, "use lower-case letters, digits and dashes");
    require("group", group);
    check(Group.numbered(group).isPresent(), "group", group, "choose one of " + Group.listed());
    require("sentence", sentence);
    require("source", source);
    require("protocol", protocol);
    require("scope", scope);
    require("suites", suites);
    require("statements", statements);
    require("rule", rule);
    check(!suites.isEmpty(), "suites", suites, "name the config of its runs");
    check(!statements.isEmpty(), "statements", statements, "give one at least");
    Set<String> names = new HashSet<>();
    for (Statement statement : statements) {
      check(names.add(statement.name()), "statements", statement.name(), "give each its own name");
    }
    suites = List.copyOf(suites);
    tuning = tuning == null ? List.of() : List.copyOf(tuning);
    shown =
        shown == null
            ? List.of()
            : shown.stream().map(metric -> Statement.parsed("shown", metric).toString()).toList();
    statements = List.copyOf(statements);
  }

  /** What it is about. */
  public Group about() {
    return Group.numbered(group).orElseThrow();
  }

  /** SHA-256 of the statements and the rule, in hexadecimal: rows are of one hypothesis. */
  public String hypothesis() {
    ObjectNode stated = JsonNodeFactory.instance.objectNode();
    stated.set("statements", StrictJson.MAPPER.valueToTree(statements));
    stated.put("rule", rule.name());
    return ConfigReader.hash(stated);
  }

  private static void require(String field, Object value) {
    if (value == null) {
      throw new IllegalArgumentException(field + ": missing; every claim says it");
    }
  }

  private static void check(boolean holds, String field, Object found, String remedy) {
    if (!holds) {
      throw new IllegalArgumentException("%s: found %s; %s".formatted(field, found, remedy));
    }
  }
}

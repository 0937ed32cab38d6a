package io.github.pelab.claims;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.pelab.ablation.regression.Origin;
import io.github.pelab.claims.Statement.Side;
import io.github.pelab.train.config.ConfigReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/** Claims that nobody makes, and rows of runs that never were. */
final class Made {
  static final Origin ORIGIN =
      new Origin("abc123", "0.1.0", "1.0.0-M2.1", "17", "a CPU", "OpenBLAS", "scalar");

  private Made() {}

  static Selection scheme(String scheme) {
    return new Selection(Map.of("model.scheme", TextNode.valueOf(scheme)));
  }

  /** That rope's accuracy is above alibi's by the threshold. */
  static Statement beats(double threshold) {
    return new Statement(
        "beats", "accuracy", scheme("rope"), scheme("alibi"), null, null, Side.ABOVE, threshold);
  }

  static Claim claim(String id, Claim.Rule rule, Statement... statements) {
    return new Claim(
        1,
        id,
        1,
        "What somebody says.",
        "somewhere",
        Claim.Protocol.CLEAN,
        "nowhere",
        List.of("suite.yaml"),
        List.of(),
        null,
        List.of(statements),
        rule,
        null);
  }

  /** A run of each of the seeds 1, 2 … */
  static List<EvidenceRow> rows(
      Claim claim, String scheme, int seeds, String metric, IntToDoubleFunction value) {
    List<EvidenceRow> rows = new ArrayList<>();
    for (int seed = 1; seed <= seeds; seed++) {
      rows.add(row(claim, scheme, seed, Map.of(metric, value.applyAsDouble(seed))));
    }
    return rows;
  }

  static EvidenceRow row(Claim claim, String scheme, int seed, Map<String, Double> values) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.withObject("/model").put("scheme", scheme);
    config.withObject("/training").put("seed", seed);
    return new EvidenceRow(
        claim.id(),
        claim.hypothesis(),
        scheme + "-seed" + seed,
        config,
        ConfigReader.hash(config),
        1000,
        12.5,
        values,
        ORIGIN);
  }
}

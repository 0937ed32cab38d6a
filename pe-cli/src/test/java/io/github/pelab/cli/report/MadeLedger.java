package io.github.pelab.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.pelab.ablation.regression.Origin;
import io.github.pelab.claims.Claim;
import io.github.pelab.claims.EvidenceRow;
import io.github.pelab.claims.Ledger;
import io.github.pelab.claims.Selection;
import io.github.pelab.claims.Statement;
import io.github.pelab.claims.Statement.Side;
import io.github.pelab.train.config.ConfigReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A ledger with each kind of statement and of verdict, of runs that never were. */
final class MadeLedger {
  static final String HOSTILE = "</title> & <script>alert(1)</script> | *bold* \u0007";

  /** As long as names get. */
  static final String LONG = "ALIBI WITH A NAME WHICH IS AS LONG AS THE NAMES OF STATEMENTS";

  private static final int SEEDS = 12;

  private static final Origin ORIGIN =
      new Origin("abc123", "0.1.0", "1.0.0-M2.1", "17", "a CPU", "OpenBLAS", "scalar");

  private MadeLedger() {}

  /** Two claims, the second of which was not run. */
  static Ledger ledger() {
    Map<Claim, List<EvidenceRow>> evidence = new LinkedHashMap<>();
    Claim claim = claim("each-kind", 1, HOSTILE, "../clean/task1.yaml", kinds());
    evidence.put(claim, rows(claim));
    evidence.put(claim("not-run", 9, "Nobody ran this.", null, kinds()), List.of());
    return Ledger.of(evidence);
  }

  static Ledger.Entry entry() {
    return ledger().entries().get(0);
  }

  /** In this order: confirmed, refuted, undecided, and one that is not said of any run. */
  private static List<Statement> kinds() {
    Selection rope = scheme("rope");
    Selection alibi = scheme("alibi");
    String accuracy = "accuracy(length=32)";
    return List.of(
        new Statement("better", "accuracy", rope, alibi, null, null, Side.ABOVE, 0.02),
        new Statement(LONG, accuracy, alibi, null, null, null, Side.ABOVE, 0.9),
        new Statement("gap", accuracy, rope, null, "accuracy", null, Side.BELOW, null),
        new Statement("deposit", "deposit", rope, null, null, null, Side.ABOVE, 0.5),
        new Statement("goes", "accuracy", rope, null, null, "top-share", Side.ABOVE, null),
        new Statement("fewer", "examples-to", rope, alibi, null, null, Side.BELOW, -2000.0),
        new Statement("silent <&>", "top-drop", rope, null, null, null, Side.ABOVE, 0.1));
  }

  private static Claim claim(
      String id, int group, String sentence, String fullScale, List<Statement> statements) {
    return new Claim(
        1,
        id,
        group,
        sentence,
        "somewhere <else>",
        Claim.Protocol.AS_RELEASED,
        "next to | nothing",
        List.of("suites/made.yaml"),
        List.of("suites/tuning.yaml"),
        fullScale,
        statements,
        Claim.Rule.ALL,
        List.of("accuracy(length=32)", "mean-drop"));
  }

  private static Selection scheme(String scheme) {
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    fields.put("name", TextNode.valueOf("made"));
    fields.put("model.scheme", TextNode.valueOf(scheme));
    fields.put("model.causal", BooleanNode.FALSE);
    return new Selection(fields);
  }

  private static List<EvidenceRow> rows(Claim claim) {
    List<EvidenceRow> rows = new ArrayList<>();
    for (int seed = 1; seed <= SEEDS; seed++) {
      double wave = Math.abs(seed - 6) / 100.0;
      rows.add(
          row(
              claim,
              "rope",
              seed,
              1000,
              Map.of(
                  "accuracy",
                  0.95 - wave / 2,
                  "accuracy(length=32)",
                  seed % 2 == 0 ? 0.95 : 0.92,
                  "deposit",
                  seed == 1 ? 0.0 : 1.0,
                  "top-share",
                  0.4 + wave * (seed % 3),
                  "examples-to",
                  4000.0)));
      rows.add(
          row(
              claim,
              "alibi",
              seed,
              1100,
              Map.of(
                  "accuracy",
                  0.7 + 2 * wave,
                  "accuracy(length=32)",
                  0.6 + wave,
                  "examples-to",
                  8000.0)));
    }
    return rows;
  }

  private static EvidenceRow row(
      Claim claim, String scheme, int seed, long parameters, Map<String, Double> values) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.put("name", "made");
    config.withObject("/model").put("scheme", scheme).put("causal", false);
    config.withObject("/training").put("seed", seed).put("learningRate", 0.002);
    return new EvidenceRow(
        claim.id(),
        claim.hypothesis(),
        scheme + "-seed" + seed,
        config,
        ConfigReader.hash(config),
        parameters,
        12.5,
        values,
        ORIGIN);
  }
}

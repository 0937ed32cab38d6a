package io.github.pelab.ablation.regression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.pelab.ablation.AblationRow;
import io.github.pelab.ablation.portrait.HeadPortrait;
import io.github.pelab.ablation.portrait.RunPortraits;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.ConfigReader;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.run.Kept;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.StrictJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** Condenses a run into a {@link Measurement}. */
public final class MemberMeasurement {
  private static final String CHECKPOINT = Kept.BEST.key();

  private MemberMeasurement() {}

  /** Of a member that is trained and ablated. */
  public static Measurement of(Sweep.Member member, Experiment experiment, RunDirectory run) {
    MetricsRow.Evaluation result = run.result(CHECKPOINT);
    MultiLayerNetwork network = experiment.trainedNetwork(run, CHECKPOINT);
    Probe probe = Probe.of(experiment);
    List<String> faults = new ArrayList<>(probe.faults());
    faults.addAll(SelfCheck.faults(experiment, network));
    List<AblationRow> rows = run.rows(RunDirectory.ABLATION, AblationRow.class);
    return new Measurement(
        member.label(),
        configuration(member),
        configurationHash(member),
        member.hash(),
        run.read().provenance().fingerprint(),
        result.correct(),
        result.total(),
        result.loss(),
        Networks.parameters(network),
        layers(rows),
        digests(rows, RunPortraits.rows(run)),
        probe.numbers(),
        faults);
  }

  /** A member that could not be trained, ablated or measured. */
  public static Night.Failure failed(Sweep.Member member, String message) {
    return new Night.Failure(
        member.label(), configuration(member), configurationHash(member), message);
  }

  private static String configuration(Sweep.Member member) {
    return Sweep.configuration(member.axes(), member.effective(), member.config().name());
  }

  private static String configurationHash(Sweep.Member member) {
    ObjectNode config = member.effective().deepCopy();
    config.withObject("/training").remove("seed");
    return ConfigReader.hash(config);
  }

  private static Map<String, String> digests(List<AblationRow> rows, List<HeadPortrait> portraits) {
    Map<String, StringBuilder> texts = new TreeMap<>();
    for (AblationRow row : rows) {
      JsonNode tree = StrictJson.MAPPER.valueToTree(row);
      texts.computeIfAbsent(tree.get("kind").asText(), kind -> new StringBuilder()).append(tree);
    }
    for (HeadPortrait portrait : portraits) {
      JsonNode tree = StrictJson.MAPPER.valueToTree(portrait);
      texts.computeIfAbsent("portrait", kind -> new StringBuilder()).append(tree);
    }
    Map<String, String> digests = new TreeMap<>();
    texts.forEach((kind, text) -> digests.put(kind, Digest.of(text.toString())));
    return digests;
  }

  private static List<Measurement.Layer> layers(List<AblationRow> rows) {
    List<Measurement.Layer> layers = new ArrayList<>();
    for (AblationRow row : rows) {
      if (row instanceof AblationRow.Layer layer) {
        List<Long> right =
            heads(rows).stream()
                .filter(head -> head.layer() == layer.layer())
                .map(AblationRow.Head::correct)
                .toList();
        layers.add(new Measurement.Layer(layer.verdict(), right));
      }
    }
    return layers;
  }

  private static List<AblationRow.Head> heads(List<AblationRow> rows) {
    return rows.stream()
        .filter(AblationRow.Head.class::isInstance)
        .map(AblationRow.Head.class::cast)
        .toList();
  }
}

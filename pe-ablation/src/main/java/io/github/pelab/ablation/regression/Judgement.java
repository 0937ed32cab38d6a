package io.github.pelab.ablation.regression;

import java.util.List;
import java.util.Optional;

/**
 * What the gate says of a config's night.
 *
 * @param night with its verdict
 * @param baseline what it was compared with
 */
public record Judgement(Night night, Optional<Baseline> baseline, List<Finding> findings) {

  public Judgement {
    findings = List.copyOf(findings);
  }
}

package io.github.pelab.bench.step;

import io.github.pelab.train.run.ProvenanceCollector;
import io.github.pelab.train.run.RunRecord.Provenance;
import java.nio.file.Path;
import java.time.Instant;

/** Where numbers come from. */
final class Machine {
  private Machine() {}

  /** As a line of text. */
  static String describe() {
    Provenance found = ProvenanceCollector.collect(Path.of(""), Instant.now(), 0, "", "");
    return "%s, %d cores, %s. %s, Deeplearning4j %s. PE Lab %s at commit %s. %s."
        .formatted(
            found.cpu(),
            found.cores(),
            found.os(),
            found.jvm(),
            found.dl4jVersion(),
            found.peVersion(),
            found.gitCommit(),
            found.started());
  }
}

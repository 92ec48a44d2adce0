package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;

import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.EnrichmentOutcome;
import dev.evertoken.spi.HeldTokens;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** A provider that is asked who the user is, and answers as a test says. Not thread-safe. */
final class LookupBench {

    static final EnrichmentOutcome NAMED = new EnrichmentOutcome.Told(Optional.of("alice-1"), Optional.empty());
    static final EnrichmentOutcome FAILED = new EnrichmentOutcome.Failed(Problem.NETWORK, "no route");

    /** After so long what failed once is tried again. */
    static final Duration LATER = Duration.ofSeconds(2);

    final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);
    final TaskList tasks = new TaskList();
    final Enrichments enrichments = enrichments(tasks);

    /** With what the provider was asked. */
    final List<HeldTokens> asked = new ArrayList<>();

    private final Deque<Function<HeldTokens, EnrichmentOutcome>> script = new ArrayDeque<>();

    LookupBench() {
        bench.provider.enrichment = held -> {
            asked.add(held);
            return script.remove().apply(held);
        };
    }

    /** Connects an account of a user who is not known. */
    TokenRecord nameless() {
        return bench.connect(ALICE, Optional.empty());
    }

    void answers(EnrichmentOutcome outcome) {
        calls(held -> outcome);
    }

    void calls(Function<HeldTokens, EnrichmentOutcome> step) {
        script.add(step);
    }

    void run(TokenRecord record) {
        enrichments.after(record, bench.client);
        tasks.runAll();
    }

    Enrichments enrichments(Executor executor) {
        return new Enrichments(
                bench.workshop.store(),
                bench.workshop.records(),
                bench.time,
                EngineBench.CALL,
                executor,
                bench.workshop.closing(),
                bench.events::add);
    }
}

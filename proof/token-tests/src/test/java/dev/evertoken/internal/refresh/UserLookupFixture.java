package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;

import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.UserLookupOutcome;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** A provider with a user lookup whose outcomes the test plans. Not thread-safe. */
final class UserLookupFixture {

    static final UserLookupOutcome NAMED = new UserLookupOutcome.Found(Optional.of("alice-1"), Optional.empty());
    static final UserLookupOutcome FAILED = new UserLookupOutcome.Failed(Problem.NETWORK, "no route");

    /** The time after which the first failed lookup has been retried. */
    static final Duration LATER = Duration.ofSeconds(2);

    final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    final TaskList tasks = new TaskList();
    final UserLookups userLookups = userLookups(tasks);

    /** The tokens of all lookups so far. */
    final List<HeldTokens> asked = new ArrayList<>();

    private final Deque<Function<HeldTokens, UserLookupOutcome>> script = new ArrayDeque<>();

    UserLookupFixture() {
        engine.provider.userLookup = held -> {
            asked.add(held);
            return script.remove().apply(held);
        };
    }

    /** Connects an account of an unknown user. */
    TokenRecord nameless() {
        return engine.connect(ALICE, Optional.empty());
    }

    void responses(UserLookupOutcome outcome) {
        calls(held -> outcome);
    }

    void calls(Function<HeldTokens, UserLookupOutcome> step) {
        script.add(step);
    }

    void run(TokenRecord record) {
        userLookups.after(record, engine.client);
        tasks.runAll();
    }

    UserLookups userLookups(Executor executor) {
        return new UserLookups(
                engine.parts.store(),
                engine.parts.mapper(),
                engine.time,
                EngineFixture.CALL,
                client -> TaskQueue.of(executor),
                engine.parts.closing(),
                engine.events::add);
    }
}

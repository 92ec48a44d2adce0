package dev.evertoken.testing;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.background.BackgroundRefresh;
import dev.evertoken.model.Schedule;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.spi.TokenListener;
import java.time.Duration;

/**
 * One process of a {@link BackgroundRefreshContract}. Its first input line is the {@link WorkerConfig}, its second one
 * the origin of the clock; after that it refreshes in the background until the line {@code close}. Stateless.
 */
final class BackgroundWorker {

    /** The least age at which the engine refreshes a token. */
    private static final Duration DUE_AFTER = Duration.ofSeconds(15);

    /**
     * Fewer refreshes than become due: otherwise the process whose turn comes first after they are due refreshes all
     * accounts each time, and a process that begins later has nothing to do.
     */
    private static final int PER_MINUTE = 300;

    private BackgroundWorker() {}

    /** Expects no arguments. */
    public static void main(String[] arguments) {
        TestProcessLink link = TestProcessLink.ofThisProcess();
        WorkerConfig config = new WorkerConfig(Secret.of(link.readLine()));
        AcceleratedClock clock = new AcceleratedClock(Long.parseLong(link.readLine()));
        Tokens tokens = builder(config, clock).listener(reportingTo(link)).build();
        link.writeLine("open");
        BackgroundRefresh.builder(tokens)
                .refreshIdle()
                .every(Duration.ofSeconds(1))
                .ratePerMinute(PER_MINUTE)
                .build()
                .start();
        String line = link.readLine();
        if (!line.equals("close")) {
            throw new IllegalArgumentException("no such command: " + line);
        }
        tokens.close();
        link.writeLine("closed");
    }

    /** Returns a builder of tokens that are due long before they expire. */
    static TokensBuilder builder(WorkerConfig config, AcceleratedClock clock) {
        return config.builder(clock)
                .refreshPolicy(facts -> new Schedule(facts.issuedAt().plus(DUE_AFTER), facts.expiresAt()));
    }

    private static TokenListener reportingTo(TestProcessLink link) {
        return new TokenListener() {
            @Override
            public void on(TokenEvent event) {
                if (event instanceof TokenEvent.Refreshed refreshed) {
                    link.writeLine("refreshed " + refreshed.key());
                }
            }
        };
    }
}

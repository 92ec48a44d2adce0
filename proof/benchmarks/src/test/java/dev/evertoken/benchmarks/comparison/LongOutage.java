package dev.evertoken.benchmarks.comparison;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The provider is down for a minute, the token has expired, and two hundred callers a second ask for it. */
final class LongOutage implements Trial {

    private static final int SECONDS = 60;
    private static final int PER_SECOND = 200;

    @Override
    public String name() {
        return "long-outage";
    }

    @Override
    public Expectation expected() {
        return Expectation.of("at most 99 requests in a minute of 12,000 calls", "[0-9]{1,2}\\.[0-9]{2}.*");
    }

    @Override
    public String title() {
        return "provider down for a minute, token expired, " + PER_SECOND + " callers a second: requests in a minute";
    }

    @Override
    public String play(Library library, Extent extent) throws Exception {
        int seconds = extent.of(SECONDS);
        ExecutorService callers = Executors.newCachedThreadPool();
        try (TokenServer server = TokenServer.start().down();
                Client client = library.open(Scene.expired(server.endpoint()))) {
            long started = System.nanoTime();
            for (int n = 0; n < seconds * PER_SECOND; n++) {
                callers.execute(() -> Calls.outcome(client::token));
                long due = started + n * 1_000_000_000L / PER_SECOND;
                Waiting.millis(Math.max(0, (due - System.nanoTime()) / 1_000_000));
            }
            int requests = server.takeRequests();
            return Text.of((double) requests * SECONDS / seconds)
                    + (seconds == SECONDS ? "" : " (from " + seconds + " s)");
        } finally {
            callers.shutdownNow();
        }
    }
}

package dev.evertoken.benchmarks.comparison;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The provider is down while the token is still valid but due for a refresh; twenty callers ask for it all the
 * time.
 */
final class ProviderDown implements Trial {

    private static final int CALLERS = 20;
    private static final int MILLIS = 4000;
    private static final long LIMIT_MILLIS = 30_000;

    @Override
    public String name() {
        return "provider-down";
    }

    @Override
    public Expectation expected() {
        return Expectation.of(
                "the callers do not notice: at least 1,000 calls/s, and fewer than 5 requests/s",
                "[0-9,]{5,} calls/s, .* [0-4]\\.[0-9]+ requests/s");
    }

    @Override
    public String title() {
        return "provider down, token valid: " + CALLERS + " callers in a loop";
    }

    @Override
    public String play(Library library, Extent extent) throws Exception {
        long duration = (500 + extent.of(MILLIS)) * 1_000_000L;
        AtomicLong calls = new AtomicLong();
        AtomicLong worst = new AtomicLong();
        try (TokenServer server = TokenServer.start().down().delay(100);
                Client client = library.open(Scene.of(server.endpoint(), library.window()))) {
            long started = System.nanoTime();
            Callers.call(CALLERS, LIMIT_MILLIS, () -> {
                while (System.nanoTime() - started < duration) {
                    long before = System.nanoTime();
                    if (Calls.succeeds(client::token)) {
                        calls.incrementAndGet();
                    }
                    long took = System.nanoTime() - before;
                    worst.accumulateAndGet(took, Math::max);
                }
                return calls;
            });
            double seconds = (System.nanoTime() - started) / 1e9;
            return Text.of(calls.get() / seconds) + " calls/s, worst " + Text.of(worst.get() / 1e6) + " ms, "
                    + Text.of(server.takeRequests() / seconds) + " requests/s";
        }
    }
}

package dev.evertoken.benchmarks.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The endpoint of one client hangs for many accounts; an account of another client is refreshed at the same time. */
final class HangingClient implements Trial {

    private static final int ACCOUNTS = 100;
    private static final int HANGING_MILLIS = 60_000;
    private static final long LIMIT_MILLIS = 5000;

    @Override
    public String name() {
        return "hanging-client";
    }

    @Override
    public Expectation expected() {
        return Expectation.of(
                "a token as if nothing had happened, in less than a second", "token after [0-9.]{1,6} ms");
    }

    @Override
    public String title() {
        return ACCOUNTS + " accounts of one client hang: an account of another client";
    }

    @Override
    public String play(Library library, Extent extent) throws Exception {
        ExecutorService callers = Executors.newCachedThreadPool();
        try (TokenServer hanging = TokenServer.start().delay(HANGING_MILLIS);
                TokenServer working = TokenServer.start()) {
            List<Scene> scenes = new ArrayList<>(List.of(Scene.expired(working.endpoint())));
            for (int n = 0; n < ACCOUNTS; n++) {
                scenes.add(Scene.expired(hanging.endpoint()).with("access-of-" + n, "refresh-of-" + n));
            }
            List<Client> clients = library.openTogether(scenes);
            clients.subList(1, clients.size()).forEach(client -> callers.execute(() -> Calls.outcome(client::token)));
            Waiting.until(() -> hanging.requests() > 0, 2000);
            Callers.Outcome outcome = Callers.call(1, LIMIT_MILLIS, clients.get(0)::token);
            return outcome.succeeded() == 1 ? "token after " + Text.of(outcome.millis()) + " ms" : outcome.text();
        } finally {
            callers.shutdownNow();
        }
    }
}

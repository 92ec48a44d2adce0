package dev.evertoken.benchmarks.comparison;

import java.util.concurrent.atomic.AtomicInteger;

/** The user has revoked the grant, and the application asks for the account two thousand times. */
final class EndedGrant implements Trial {

    private static final int CALLS = 2000;

    @Override
    public String name() {
        return "ended-grant";
    }

    @Override
    public Expectation expected() {
        return Expectation.of("one request, and fewer than 100 store reads", "1 request, [0-9]{1,2} store reads");
    }

    @Override
    public String title() {
        return "an ended grant asked " + CALLS + " times";
    }

    @Override
    public String play(Library library, Extent extent) throws Exception {
        AtomicInteger reads = new AtomicInteger();
        Scene.StoreEvents counting = new Scene.StoreEvents() {
            @Override
            public void read() {
                reads.incrementAndGet();
            }
        };
        try (TokenServer server = TokenServer.start().ended();
                Client client = library.open(Scene.expired(server.endpoint()).with(counting))) {
            for (int n = 0; n < CALLS; n++) {
                Calls.outcome(client::token);
            }
            return Calls.requests(server.takeRequests()) + ", " + reads.get() + " store reads";
        }
    }
}

package dev.evertoken.benchmarks.comparison;

/** Sixteen callers ask for one account whose refresh token can be used once. */
final class RotationRace implements Trial {

    private static final int CALLERS = 16;
    private static final long LIMIT_MILLIS = 10_000;

    @Override
    public String name() {
        return "rotation-race";
    }

    @Override
    public Expectation expected() {
        return Expectation.of(
                "one request, and a token for each caller and the next",
                "1 request, 16 of 16 got a token, next call: token");
    }

    @Override
    public String title() {
        return CALLERS + " callers of one expired account, refresh token rotates";
    }

    /** Plays twice: in the first round, the time in which classes are loaded decides who saves last. */
    @Override
    public String play(Library library, Extent extent) throws Exception {
        race(library);
        return race(library);
    }

    private static String race(Library library) throws Exception {
        try (TokenServer server = TokenServer.start().delay(50);
                Client client = library.open(Scene.expired(server.endpoint()))) {
            Callers.Outcome outcome = Callers.call(CALLERS, LIMIT_MILLIS, client::token);
            String requests = Calls.requests(server.takeRequests());
            return requests + ", " + outcome.text() + ", next call: " + Calls.outcome(client::token);
        }
    }
}

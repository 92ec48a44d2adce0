package dev.evertoken.benchmarks.comparison;

/** The provider issues a token for sixty days. */
final class LongLifetime implements Trial {

    private static final int DAY = 86_400;
    private static final int DAYS = 60;

    @Override
    public String name() {
        return "long-lifetime";
    }

    @Override
    public Expectation expected() {
        return Expectation.of("all 60 days", "(59\\.99|60\\.00)");
    }

    @Override
    public String title() {
        return "a lifetime of " + DAYS + " days: days that the library sees";
    }

    @Override
    public String play(Library library, Extent extent) throws Exception {
        try (TokenServer server = TokenServer.start().lifetime(DAYS * DAY);
                Client client = library.open(Scene.expired(server.endpoint()))) {
            client.token();
            return Text.of((client.secondsLeft() + 5) / DAY);
        }
    }
}

package dev.evertoken.benchmarks.comparison;

/** Five requests were sent with one token and are rejected one after the other, while and after it is replaced. */
final class StaggeredRejections implements Trial {

    private static final int REJECTIONS = 5;
    private static final int PAUSE_MILLIS = 60;

    @Override
    public String name() {
        return "staggered-rejections";
    }

    @Override
    public Expectation expected() {
        return Expectation.of(
                "one request, and another token for each rejection", "1 request, 5 of 5 got another token");
    }

    @Override
    public String title() {
        return REJECTIONS + " responses 401 for one token, one after the other";
    }

    @Override
    public String play(Library library, Extent extent) throws Exception {
        try (TokenServer server = TokenServer.start().delay(20);
                Client client = library.open(Scene.fresh(server.endpoint()))) {
            String rejected = client.token();
            int replaced = 0;
            for (int n = 0; n < REJECTIONS; n++) {
                String token = client.replace(rejected);
                replaced += token.equals(rejected) ? 0 : 1;
                Waiting.millis(PAUSE_MILLIS);
            }
            return Calls.requests(server.takeRequests()) + ", " + replaced + " of " + REJECTIONS + " got another token";
        }
    }
}

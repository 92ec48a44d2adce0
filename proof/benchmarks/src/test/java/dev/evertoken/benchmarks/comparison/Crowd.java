package dev.evertoken.benchmarks.comparison;

import java.util.ArrayList;
import java.util.List;

/** A thousand callers of one expired token: the number of refreshes, and the time until the last caller has a token. */
final class Crowd implements Measurement {

    private static final int CALLERS = 1000;
    private static final int DELAY_MILLIS = 100;
    private static final long LIMIT_MILLIS = 20_000;

    @Override
    public String name() {
        return "crowd";
    }

    @Override
    public void measure(Extent extent, Report report) throws Exception {
        List<List<String>> rows = new ArrayList<>();
        for (Library library : Libraries.all()) {
            first(library);
            try (TokenServer server = TokenServer.start().delay(DELAY_MILLIS);
                    Client client = library.open(Scene.expired(server.endpoint()))) {
                Callers.Outcome outcome = Callers.call(CALLERS, LIMIT_MILLIS, client::token);
                int requests = server.takeRequests();
                rows.add(List.of(library.name(), String.valueOf(requests), outcome.text(), Text.of(outcome.millis())));
                boolean ours = library instanceof EvertokenLibrary;
                String name = "crowd-requests" + (ours ? "" : "-" + Text.fileName(library.name()));
                if (ours) {
                    report.ratio(name, requests, Goal.atMost(1));
                } else {
                    report.ratio(name, requests);
                }
            }
        }
        report.table(new Report.Table(
                CALLERS + " callers of one expired token, a response takes " + DELAY_MILLIS + " ms",
                List.of("", "Requests", "Outcome", "Last caller after ms"),
                rows));
    }

    /** Loads the classes of a library, so that the first of them does not pay for all. */
    private static void first(Library library) throws Exception {
        try (TokenServer server = TokenServer.start();
                Client client = library.open(Scene.expired(server.endpoint()))) {
            Callers.Outcome outcome = Callers.call(CALLERS / 10, LIMIT_MILLIS, client::token);
            if (outcome.succeeded() == 0) {
                throw new IllegalStateException(library.name() + ": " + outcome.text());
            }
        }
    }
}

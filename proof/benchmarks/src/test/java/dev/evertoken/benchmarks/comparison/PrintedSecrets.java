package dev.evertoken.benchmarks.comparison;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of a library are written into a log. */
final class PrintedSecrets implements Trial {

    @Override
    public String name() {
        return "printed-secrets";
    }

    @Override
    public Expectation expected() {
        return Expectation.of("no secrets", "none");
    }

    @Override
    public String title() {
        return "secrets in toString";
    }

    @Override
    public String play(Library library, Extent extent) throws Exception {
        try (TokenServer server = TokenServer.start();
                Client client = library.open(
                        Scene.fresh(server.endpoint()).with("an-access-token-to-find", "a-refresh-token-to-find"))) {
            client.token();
            Map<String, String> secrets = new LinkedHashMap<>();
            secrets.put("an-access-token-to-find", "access token");
            secrets.put("a-refresh-token-to-find", "refresh token");
            secrets.put(Scene.CLIENT_SECRET, "client secret");
            String text = client.printed();
            List<String> found = secrets.entrySet().stream()
                    .filter(secret -> text.contains(secret.getKey()))
                    .map(Map.Entry::getValue)
                    .toList();
            return found.isEmpty() ? "none" : String.join(", ", found);
        }
    }
}

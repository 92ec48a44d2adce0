package dev.evertoken.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The requests that one server expects and its responses, written from the server's documentation and not from its
 * description.
 *
 * <p>The format of a file, line by line:
 *
 * <pre>
 * # a comment, such as the source of what follows
 * set NAME VALUE          a setting: clientId, clientSecret, scopes, variable values of templates
 * == SCENARIO             begins a scenario
 * &gt; POST https://…        a request: method and address; then headers, an empty line and the body
 * &gt; !Header               the request must not have this header
 * &lt; 200                   its response: status; then headers, an empty line and the body
 * redirect https://…      the redirect after the consent, with {state}
 * call GET https://…      the request of the application to the API
 * = NAME VALUE            an expectation of the scenario
 * </pre>
 *
 * <p>{@code {any}} in a parameter matches every value. Immutable.
 */
record WireTranscript(String id, Map<String, String> settings, Map<String, Scenario> scenarios) {

    /** One course of requests. */
    record Scenario(String redirect, String call, List<Exchange> exchanges, Map<String, String> expectations) {}

    /** A request and its response. The address of a consent page has no response. */
    record Exchange(Message request, Message response) {}

    /** A first line, headers in order, and a body. */
    record Message(String first, List<String> headers, String body) {
        String method() {
            return first.substring(0, first.indexOf(' '));
        }

        URI address() {
            return URI.create(first.substring(first.indexOf(' ') + 1)
                    .replace("{any}", "%7Bany%7D")
                    .replace("{state}", "%7Bany%7D"));
        }

        int status() {
            return Integer.parseInt(first);
        }
    }

    static WireTranscript read(String id) {
        String name = "/wire/" + id + ".http";
        try (InputStream in = WireTranscript.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no transcript " + name);
            }
            return new Parser(id).parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Scenario scenario(String name) {
        Scenario scenario = scenarios.get(name);
        if (scenario == null) {
            throw new IllegalStateException("the transcript of " + id + " has no scenario " + name);
        }
        return scenario;
    }

    private static final class Parser {
        private final String id;
        private final Map<String, String> settings = new LinkedHashMap<>();
        private final Map<String, Scenario> scenarios = new LinkedHashMap<>();
        private final List<String> request = new ArrayList<>();
        private final List<String> response = new ArrayList<>();
        private String scenario = "";
        private String redirect = "";
        private String call = "";
        private List<Exchange> exchanges = new ArrayList<>();
        private Map<String, String> expectations = new LinkedHashMap<>();

        Parser(String id) {
            this.id = id;
        }

        WireTranscript parse(String text) {
            for (String line : text.split("\n", -1)) {
                if (!line.startsWith("#")) {
                    read(line.stripTrailing());
                }
            }
            endScenario();
            return new WireTranscript(id, settings, scenarios);
        }

        private void read(String line) {
            if (line.startsWith("<")) {
                response.add(content(line));
            } else if (line.startsWith(">")) {
                if (!response.isEmpty() || line.matches("> [A-Z]+ https://.*")) {
                    endExchange();
                }
                request.add(content(line));
            } else if (!line.isEmpty()) {
                readDirective(line);
            }
        }

        private static String content(String line) {
            return line.length() < 2 ? "" : line.substring(2);
        }

        private void readDirective(String line) {
            int end = line.indexOf(' ');
            String word = end < 0 ? line : line.substring(0, end);
            String value = end < 0 ? "" : line.substring(end + 1);
            switch (word) {
                case "set" -> put(settings, value);
                case "==" -> {
                    endScenario();
                    scenario = value;
                }
                case "redirect" -> redirect = value;
                case "call" -> call = value;
                case "=" -> put(expectations, value);
                default -> throw new IllegalArgumentException("transcript of " + id + ": " + line);
            }
        }

        private static void put(Map<String, String> map, String pair) {
            int end = pair.indexOf(' ', pair.startsWith("field ") ? "field ".length() : 0);
            map.put(pair.substring(0, end), pair.substring(end + 1));
        }

        private void endScenario() {
            endExchange();
            if (!scenario.isEmpty()) {
                scenarios.put(scenario, new Scenario(redirect, call, exchanges, expectations));
            }
            redirect = "";
            call = "";
            exchanges = new ArrayList<>();
            expectations = new LinkedHashMap<>();
        }

        private void endExchange() {
            if (!request.isEmpty()) {
                exchanges.add(new Exchange(message(request), message(response.isEmpty() ? List.of("0") : response)));
            }
            request.clear();
            response.clear();
        }

        private static Message message(List<String> lines) {
            int blank = lines.indexOf("");
            int end = blank < 0 ? lines.size() : blank;
            String body = blank < 0 ? "" : String.join("\n", lines.subList(blank + 1, lines.size()));
            return new Message(lines.get(0), List.copyOf(lines.subList(1, end)), body);
        }
    }
}

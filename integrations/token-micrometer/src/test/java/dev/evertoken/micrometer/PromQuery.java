package dev.evertoken.micrometer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A PromQL expression as a test reads it: its samples, each with the labels that its selector names, and the labels by
 * which it groups. Immutable.
 */
record PromQuery(String text) {

    private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");
    private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");
    private static final Pattern SELECTOR = Pattern.compile("\\b([a-z]\\w*_\\w+)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)(?:=~|!~|!=|=)\"([^\"]*)\"");

    /** The labels that are added when Prometheus scrapes a process. */
    private static final Set<String> OF_THE_SCRAPE = Set.of("job", "instance");

    /** A use of a sample, with the values that its labels are compared with. */
    record Selector(String sample, Map<String, List<String>> labels) {}

    List<Selector> selectors() {
        List<Selector> selectors = new ArrayList<>();
        Matcher selector = SELECTOR.matcher(GROUPING.matcher(text).replaceAll(""));
        while (selector.find()) {
            selectors.add(new Selector(selector.group(1), labels(selector.group(2) == null ? "" : selector.group(2))));
        }
        return selectors;
    }

    private static Map<String, List<String>> labels(String matchers) {
        return MATCHER.matcher(matchers)
                .results()
                .collect(Collectors.toMap(
                        matcher -> matcher.group(1),
                        matcher -> List.of(matcher.group(2).split("\\|", -1))));
    }

    /** Returns what is wrong with the expression, given the samples of a scrape with their labels. */
    List<String> errors(Map<String, Set<String>> scraped) {
        List<String> errors = new ArrayList<>();
        Set<String> known = new LinkedHashSet<>(OF_THE_SCRAPE);
        for (Selector selector : selectors()) {
            Set<String> labels = scraped.get(selector.sample());
            if (labels == null) {
                errors.add("no sample " + selector.sample());
                continue;
            }
            known.addAll(labels);
            selector.labels().keySet().stream()
                    .filter(label -> !labels.contains(label))
                    .forEach(label -> errors.add(selector.sample() + " has no label " + label));
        }
        GROUPING.matcher(text)
                .results()
                .flatMap(grouping -> Pattern.compile(", *").splitAsStream(grouping.group(1)))
                .filter(label -> !known.contains(label))
                .forEach(label -> errors.add("no label " + label));
        if (selectors().isEmpty()) {
            errors.add("no sample at all");
        }
        if (!isBalanced()) {
            errors.add("unbalanced parentheses");
        }
        return errors;
    }

    private boolean isBalanced() {
        String bare = STRING.matcher(text).replaceAll("");
        return count(bare, '(') == count(bare, ')')
                && count(bare, '{') == count(bare, '}')
                && count(bare, '[') == count(bare, ']');
    }

    private static long count(String text, char what) {
        return text.chars().filter(each -> each == what).count();
    }
}

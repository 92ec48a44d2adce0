package dev.evertoken.store.gcp;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose secrets, and where: a project, a region if they are regional, and how their names begin. Immutable.
 *
 * @param project the id or number of the project
 * @param region the region of regional secrets; empty for global ones
 * @param prefix how the names of all secrets of the store begin
 */
record GcpLocation(String project, Optional<String> region, String prefix) {

    static final String SCHEME = "gcp-secrets";

    private static final String STANDARD_PREFIX = "evertoken";
    private static final Pattern SHAPE =
            Pattern.compile(SCHEME + "://(?<project>[a-z0-9][a-z0-9.:-]{0,62})(\\?(?<options>[^#]*))?");
    private static final Pattern REGION = Pattern.compile("[a-z][a-z0-9-]{1,40}");
    private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9-]{0,23}");

    /**
     * Reads {@code gcp-secrets://project?location=europe-west3&prefix=crm-tokens}.
     *
     * @throws TokenException with {@link Problem#STORE_REFUSED} if it is not of that form
     */
    static GcpLocation parse(String location) {
        Matcher parts = SHAPE.matcher(location);
        if (!parts.matches()) {
            throw refused("is not of the form " + SCHEME + "://project?location=region&prefix=name");
        }
        Map<String, String> options = options(parts.group("options"));
        Optional<String> region = Optional.ofNullable(options.remove("location"));
        String prefix = Optional.ofNullable(options.remove("prefix")).orElse(STANDARD_PREFIX);
        if (!options.isEmpty()) {
            throw refused("has the option \"" + options.keySet().iterator().next()
                    + "\", which is neither location nor prefix");
        }
        if (region.filter(name -> !REGION.matcher(name).matches()).isPresent()) {
            throw refused("has a location that is no region such as europe-west3");
        }
        if (!PREFIX.matcher(prefix).matches()) {
            throw refused("has a prefix that is not 1 to 24 of a-z, 0-9 and -, beginning with a letter");
        }
        return new GcpLocation(parts.group("project"), region, prefix);
    }

    private static Map<String, String> options(String text) {
        Map<String, String> options = new TreeMap<>();
        if (text == null || text.isEmpty()) {
            return options;
        }
        for (String option : text.split("&", -1)) {
            String[] parts = option.split("=", 2);
            if (parts.length != 2 || options.put(parts[0], parts[1]) != null) {
                throw refused("has an option that is not name=value, or one twice");
            }
        }
        return options;
    }

    private static TokenException refused(String why) {
        return TokenException.about(Problem.STORE_REFUSED)
                .detail("the store location " + SCHEME + "://… " + why)
                .build();
    }

    /** Returns what the secrets of the project are below, as the service names it. */
    String parent() {
        return "projects/" + project + region.map(name -> "/locations/" + name).orElse("");
    }

    /** Returns where the service answers for these secrets. */
    String endpoint() {
        return region.map(name -> "secretmanager." + name + ".rep.googleapis.com:443")
                .orElse("secretmanager.googleapis.com:443");
    }

    /** Returns the location in words, for messages. */
    @Override
    public String toString() {
        return "Secret Manager of project " + project
                + region.map(name -> " in " + name).orElse("");
    }
}

package dev.evertoken.model;

/** Writes one flat JSON object, so that this package needs no JSON library. */
final class JsonText {

    private final StringBuilder text = new StringBuilder("{");

    JsonText add(String name, boolean value) {
        return raw(name, Boolean.toString(value));
    }

    JsonText add(String name, String value) {
        return raw(name, quoted(value));
    }

    private JsonText raw(String name, String json) {
        text.append(text.length() == 1 ? "" : ",")
                .append(quoted(name))
                .append(':')
                .append(json);
        return this;
    }

    private static String quoted(String value) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || c > 0x7e) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    @Override
    public String toString() {
        return text + "}";
    }
}

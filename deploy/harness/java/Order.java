/** Whether the messages of one kind arrive in the order they should. */
interface Order {
  /**
   * @param number rises with each message made
   * @return whether it may come after those before it; if not, it isn't counted among them
   */
  boolean next(String slide, long number);

  /** As they were made. */
  static Order asMade() {
    return new Order() {
      private long highest;

      @Override
      public boolean next(String slide, long number) {
        boolean good = number >= highest;
        highest = Math.max(highest, number);
        return good;
      }
    };
  }

  /** Slide by slide, the newest first; those of one slide as they were made. */
  static Order newestSlideFirst() {
    return new Order() {
      private String current = "";
      private long first = Long.MAX_VALUE;
      private long last;

      @Override
      public boolean next(String slide, long number) {
        boolean same = slide.equals(current);
        boolean good = same ? number > last : number < first;
        if (good) {
          first = same ? first : number;
          current = slide;
          last = number;
        }
        return good;
      }
    };
  }
}

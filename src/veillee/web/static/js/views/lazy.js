// A view that is fetched when it is first shown.

import { Component, h } from "../../vendor/preact.js";

/** The component `name` of the module that `load()` imports; nothing is drawn until it is here. */
export function lazy(load, name) {
  let found = null;
  return class extends Component {
    componentDidMount() {
      if (found) return;
      load().then((module) => {
        found = module[name];
        this.setState({});
      });
    }

    render(props) {
      return found ? h(found, props) : null;
    }
  };
}

